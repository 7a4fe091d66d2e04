/** At the end of the suite: where the time of its runs went. */
export default function tellTimes(): void {}
