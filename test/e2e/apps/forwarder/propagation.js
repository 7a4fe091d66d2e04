'use strict';

/** What tells the session: the stack's header, and W3C baggage for those who read only that. */
const PASSED_ON = ['x-dev-session', 'baggage'];

/** Of the headers of a request, those that the requests that it causes must bear. */
exports.passOn = (headers) =>
  Object.fromEntries(PASSED_ON.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
