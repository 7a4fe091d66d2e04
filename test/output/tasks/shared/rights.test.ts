import { INTERCEPT_BACKENDS } from '../../../../lib/fleet/intercept-backend';
import { BACKENDS } from '../../../../lib/output/backends/backends';
import { environmentRights } from '../../../../lib/output/tasks/shared/rights';

/** That the rights suffice is seen where the scripts run: their cluster allows nothing else. */
describe.each(INTERCEPT_BACKENDS)('the rights that previews by %s need', (backend) => {
  it.each(['deploy', 'preview'] as const)('name each resource and verb for account %s, and no secret', (account) => {
    const rules = environmentRights(BACKENDS[backend])[account];
    const said = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect(said).not.toContain('*');
    expect(said).not.toContain('secrets');
    expect(new Set(rules.flatMap(({ resources }) => resources)).size).toBe(rules.length);
  });
});
