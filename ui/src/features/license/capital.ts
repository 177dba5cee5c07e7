/** A phrase as the beginning of a sentence. */
export const capital = (phrase: string): string => phrase.charAt(0).toLocaleUpperCase() + phrase.slice(1);

/** A label in the middle of a sentence; an abbreviation stays one. */
export const small = (label: string): string => (/^.[a-z]/.test(label) ? label.charAt(0).toLocaleLowerCase() + label.slice(1) : label);
