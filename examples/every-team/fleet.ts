import { Fleet, JsonPatch } from 'tekton-dag';

/** Each Namespace says who pays for it, and CronJobs keep more of their history. */
export default new Fleet({
  customize: (objects, team) => {
    for (const object of objects) {
      if (object.kind === 'Namespace') object.metadata.addLabel('cost-centre', team.name);
      if (object.kind === 'CronJob') object.addJsonPatch(JsonPatch.replace('/spec/successfulJobsHistoryLimit', 3));
    }
  },
});
