'use strict';
// `raw-cdk8s.js OBJECTS OUT`: what cdk8s alone needs to write the objects of a JSON file, which is a list for each chart.
const { readFileSync } = require('node:fs');
const { ApiObject, App, Chart } = require('cdk8s');

const [, , objects, outdir] = process.argv;
const app = new App({ outdir });
for (const [name, list] of Object.entries(JSON.parse(readFileSync(objects, 'utf8')))) {
  const chart = new Chart(app, name, { disableResourceNameHashes: true });
  list.forEach((object, index) => new ApiObject(chart, `object-${index}`, object));
}
app.synth();
