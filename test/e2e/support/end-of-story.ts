import { closeAll, keeps, remove, story } from './belongings';

/** Each story removes what it made, whether it passed or failed. */
afterAll(async () => {
  try {
    await closeAll();
  } finally {
    if (!keeps(story())) await remove(story());
  }
});
