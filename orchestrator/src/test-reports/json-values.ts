/**
 * How many values and names a text of JSON has, as far as its signs tell before it is parsed. Each of them takes the memory of many
 * bytes, and `[[[[…` has one for every byte of it. What is no JSON has some number.
 */
export function countValues(json: string): number {
  let count = 1;
  let isText = false;
  for (let at = 0; at < json.length; at++) {
    const sign = json[at]!;
    if (sign === '"') isText = !isText;
    else if (!isText) count += '[{,:'.includes(sign) ? 1 : 0;
    // what it escapes may be the sign that ends a text
    else if (sign === '\\') at++;
  }
  return count;
}
