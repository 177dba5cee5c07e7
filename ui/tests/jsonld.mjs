// Reads linked data on stdin with a library that is not ours, and says what it found there: `{ quads, terms, items }`.
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
console.log(JSON.stringify({ quads: dataset.length, terms: [...terms].sort(), items }));
