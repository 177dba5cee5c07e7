import type { UnreadableFile, Words } from "../../backend/types";

/** Files that cannot be used for one reason: it is said once, however many they are. */
export type Spoilt = { why: Words; products: string[]; files: UnreadableFile[] };

export function alike(files: UnreadableFile[]): Spoilt[] {
  const groups: Spoilt[] = [];
  for (const file of files) {
    let group = groups.find(({ why }) => why.code === file.why.code && why.message === file.why.message);
    if (!group) groups.push((group = { why: file.why, products: [], files: [] }));
    group.files.push(file);
    if (file.product && !group.products.includes(file.product)) group.products.push(file.product);
  }
  return groups;
}

const ELSEWHERE = ["license.other_computer", "license.system_anew", "license.seal_closed"];

/** It is whole, and for another computer: activated here it counts here, by the key that is kept. */
export const canBeActivated = (file: UnreadableFile): boolean => ELSEWHERE.includes(file.why.code) && file.product !== null && file.licenseId !== null;
