/** Every file that synth writes says so at its start: people leave it alone, and the next synth may replace it. */

const WRITER = 'by `npm run synth`';
const GENERATED = `${WRITER}: change teams/ and stacks/, not this file; solve merge conflicts in it by running synth`;

/** First line of a file with comments. */
export const HEADER = `# Generated ${GENERATED}.\n`;

/** A file of JSON has no comments, so its first member says it. */
export const toGeneratedJson = (value: object): string =>
  `${JSON.stringify({ generated: GENERATED, ...value }, null, 2)}\n`;

const STARTS = [`# Generated ${WRITER}`, `{\n  "generated": "${WRITER}`];
/** As much of a file as shows who has written it. */
export const GENERATED_BYTES = Math.max(...STARTS.map((start) => Buffer.byteLength(start)));
/** Whether synth has written the file that starts like this, of this release or an earlier one. */
export const isGenerated = (start: string): boolean => STARTS.some((each) => start.startsWith(each));
