// loaded into a replica: what is no longer used is collected every ten seconds, so that memory is what is kept
setInterval(() => globalThis.gc(), 10_000).unref();
