import type { Pod } from './e2e/support/demand';
import { demandOf, most } from './e2e/support/demand';

/** What the end-to-end suite says that its pods requested. */

const MIB = 2 ** 20;
const container = (cpu: string, memory: string, more: object = {}) => ({
  resources: { requests: { cpu, memory } },
  ...more,
});
const pod = (phase: string, spec: Pod['spec']): Pod => ({ metadata: { namespace: 'team-a' }, spec, status: { phase } });

it('adds up the containers of pods that run or wait for room', () => {
  const build = { containers: [container('50m', '64Mi'), container('500m', '1Gi')] };
  expect(demandOf([pod('Running', build), pod('Pending', build)])).toEqual({ cpu: 1.1, memory: 2 * 1088 * MIB });
});

it('leaves out pods that are over', () => {
  const spec = { containers: [container('1', '1Gi')] };
  expect(demandOf([pod('Succeeded', spec), pod('Failed', spec)])).toEqual({ cpu: 0, memory: 0 });
});

it('leaves out pods whose containers have all ended, though their phase is Running', () => {
  const spec = { containers: [container('1', '1Gi'), container('1', '1Gi')] };
  const withStates = (...states: readonly object[]): Pod => ({
    ...pod('Running', spec),
    status: { phase: 'Running', containerStatuses: states.map((state) => ({ state })) },
  });
  expect(demandOf([withStates({ terminated: {} }, { terminated: {} })]).cpu).toBe(0);
  expect(demandOf([withStates({ terminated: {} }, { running: {} })]).cpu).toBe(2);
});

it('takes what a container does not request for nothing', () => {
  expect(demandOf([pod('Running', { containers: [{}, container('0.5', '10M')] })])).toEqual({ cpu: 0.5, memory: 1e7 });
});

it('counts init containers one after another, and before the others', () => {
  const initContainers = [container('100m', '32Mi'), container('200m', '16Mi')];
  expect(demandOf([pod('Pending', { initContainers, containers: [container('50m', '64Mi')] })])).toEqual({
    cpu: 0.2,
    memory: 64 * MIB,
  });
});

it('counts sidecars beside the init containers that follow, and beside the others', () => {
  const sidecar = container('100m', '64Mi', { restartPolicy: 'Always' });
  const initContainers = [sidecar, container('300m', '16Mi')];
  expect(demandOf([pod('Running', { initContainers, containers: [container('50m', '64Mi')] })])).toEqual({
    cpu: 0.4,
    memory: 128 * MIB,
  });
});

it('keeps the most of each', () => {
  expect(most({ cpu: 2, memory: 1 }, { cpu: 1, memory: 3 })).toEqual({ cpu: 2, memory: 3 });
});
