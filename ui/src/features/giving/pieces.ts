/** A text cut at its facts, in order; every place where one stands is one. */
export function pieces(text: string, facts: string[]): { text: string; fact: boolean }[] {
  const found = facts.filter(Boolean).sort((a, b) => b.length - a.length);
  const out: { text: string; fact: boolean }[] = [];
  let rest = text;
  while (rest) {
    const next = found.map((fact) => ({ fact, at: rest.indexOf(fact) })).filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at || b.fact.length - a.fact.length)[0];
    if (!next) {
      out.push({ text: rest, fact: false });
      break;
    }
    if (next.at > 0) out.push({ text: rest.slice(0, next.at), fact: false });
    out.push({ text: next.fact, fact: true });
    rest = rest.slice(next.at + next.fact.length);
  }
  return out;
}
