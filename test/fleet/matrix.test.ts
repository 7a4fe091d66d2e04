import { combinationsOf, matrixEntry, partsOf } from '../../lib/fleet/matrix';
import type { Combination } from '../../lib/fleet/matrix';

const names = (given: object, shards = 1): readonly string[] =>
  combinationsOf(matrixEntry(given), shards).map(({ name }) => name);

describe('combinations', () => {
  it('are each value with each other, without those that are excluded and with those that are included', () => {
    expect(
      names({
        'node-version': ['20', 22],
        DATABASE: ['postgres', 'mysql'],
        include: [{ 'node-version': '24', DATABASE: 'postgres' }],
        exclude: [{ 'node-version': '20', DATABASE: 'mysql' }],
      }),
    ).toEqual([
      'node-20-database-postgres',
      'node-22-database-postgres',
      'node-22-database-mysql',
      'node-24-database-postgres',
    ]);
  });

  it('are each divided into shards', () => {
    expect(names({}, 3)).toEqual(['shard-1-of-3', 'shard-2-of-3', 'shard-3-of-3']);
    expect(names({ BROWSER: ['a', 'b'] }, 2)).toEqual([
      'browser-a-shard-1-of-2',
      'browser-a-shard-2-of-2',
      'browser-b-shard-1-of-2',
      'browser-b-shard-2-of-2',
    ]);
  });

  it('have names that are one part of a path, whatever their values', () => {
    expect(
      names({ platform: ['linux/arm64'], IMAGE: ['postgres:16.2', '../..', '', 'ÄÖ', '--flag=.x.'], FLAG: [true] }),
    ).toEqual([
      'linux-arm64-image-postgres-16.2-flag-true',
      'linux-arm64-image-other-flag-true',
      'linux-arm64-image-empty-flag-true',
      'linux-arm64-image-other-flag-true',
      'linux-arm64-image-flag.x-flag-true',
    ]);
  });

  it('tell their tests what is their own, and us which image and which nodes', () => {
    expect(
      combinationsOf(matrixEntry({ 'python-version': ['3.12'], platform: ['linux/arm64'], DB: ['pg'] }), 2)[1],
    ).toEqual({
      name: 'python-3.12-linux-arm64-db-pg-shard-2-of-2',
      variables: {
        COMBINATION: 'python-3.12-linux-arm64-db-pg-shard-2-of-2',
        DB: 'pg',
        SHARD_INDEX: '2',
        SHARD_TOTAL: '2',
      },
      version: '3.12',
      platform: 'linux/arm64',
    });
  });
});

describe('the tasks of a matrix', () => {
  const of = (platforms: readonly (string | undefined)[], maxParallel: number) =>
    partsOf({
      combinations: platforms.map((platform, index): Combination => ({
        name: String(index),
        variables: {},
        ...(platform && { platform }),
      })),
      maxParallel,
    }).map(({ combinations, platform, wave }) => [wave, platform, combinations.map(({ name }) => name).join()]);

  it('have no more combinations at once than may run', () => {
    expect(of(Array<undefined>(5).fill(undefined), 2)).toEqual([
      [0, undefined, '0,1'],
      [1, undefined, '2,3'],
      [2, undefined, '4'],
    ]);
    expect(of(Array<undefined>(5).fill(undefined), 8)).toEqual([[0, undefined, '0,1,2,3,4']]);
  });

  it('are of one platform each, and together no more than may run at once', () => {
    expect(of(['amd64', 'arm64', 'amd64', 'arm64'], 3)).toEqual([
      [0, 'amd64', '0,2'],
      [0, 'arm64', '1'],
      [1, 'arm64', '3'],
    ]);
  });
});
