// What an e-mail address looks like. Whether it is somebody's, the vendor knows.

export const isEmail = (text: string): boolean => /^[^@\s]+@[^@\s]+$/.test(text.trim());
