import { Link } from 'react-router';

/** From what came of a problem back to the order in which it was found. */
export function CampaignTaskLink({ task }: { task: { id: string; orderId: string } }) {
  return <Link to={`/campaign-tasks/${encodeURIComponent(task.id)}`}>专项复查的工单 {task.orderId}</Link>;
}
