// Reads linked data on stdin with a library that is not ours, and says what it found there: `{ quads, terms, items, reasons }`.
// Nothing is fetched: a document that needs another one fails, and so does one of which anything would be dropped.

import { text } from "node:stream/consumers";
import jsonld from "jsonld";

const options = {
  safe: true,
  documentLoader: (url) => {
    throw new Error(`it would have to fetch ${url}`);
  },
};
const document = JSON.parse(await text(process.stdin));
const expanded = await jsonld.expand(document, options);
const dataset = await jsonld.toRDF(expanded, options);
const terms = new Set();
for (const { subject, predicate, object } of dataset) {
  for (const term of [subject, predicate, object]) if (term.termType === "NamedNode") terms.add(term.value);
}
const frame = { "@context": document["@context"], "@type": "dpv:Process", "dpv:hasPersonalData": { "@embed": "@always" } };
const framed = await jsonld.frame(document, frame, options);
const sent = framed["@graph"].filter((process) => process["gatefold:fate"] === "gatefold:sent");
const items = sent.map((process) => [process["dpv:hasPersonalData"]["@id"], process["gatefold:sentWith"]].flat());
// Each purpose of each item, with the lines that name it and those of its basis.
const lines = (of) => [of["gatefold:policyLine"] ?? []].flat();
const reasons = sent.flatMap((process) =>
  [process["gatefold:reason"] ?? []].flat().map((reason) => ({
    item: process["dpv:hasPersonalData"]["@id"].replace("gatefold:item_", ""),
    purpose: reason["dpv:hasPurpose"],
    lines: lines(reason),
    basis: [reason["gatefold:basis"] ?? []].flat().map((basis) => [basis["dpv:hasLegalBasis"], lines(basis)]),
  })),
);
console.log(JSON.stringify({ quads: dataset.length, terms: [...terms].sort(), items, reasons }));
