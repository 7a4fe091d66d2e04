import { keeps, remove, story } from './belongings';

/** Each story removes what it made, whether it passed or failed. */
afterAll(async () => {
  if (!keeps(story())) await remove(story());
});
