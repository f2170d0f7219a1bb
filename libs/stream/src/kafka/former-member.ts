import type { Cluster } from 'kafkajs';
import { isFenced } from './errors.js';

/** kafkajs has the call; its types do not name it. */
interface LeavingBroker {
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
}

/**
 * Takes a member of this consumer that lost its connection out of the group. Without this the group would wait for it
 * until its session runs out, half a minute after every outage. Its work has ended: a member is only replaced when
 * nothing of it runs any more.
 */
export async function leaveAs(cluster: Cluster, groupId: string, memberId: string): Promise<void> {
  const coordinator = (await cluster.findGroupCoordinator({ groupId })) as unknown as LeavingBroker; // see above
  try {
    await coordinator.leaveGroup({ groupId, memberId });
  } catch (error) {
    // The group has done without it by itself.
    if (!isFenced(error)) throw error;
  }
}
