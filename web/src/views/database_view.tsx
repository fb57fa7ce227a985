import type { JSX } from 'preact';
import type { DatabaseNode, Region } from '../documents/status';
import { followers_of, head_node, role_text, words_or_trouble, zone_letter } from '../store/parts';
import { bytes_text, duration_text } from '../words/units';
import { Mark } from './mark';

/** The database of one region: its head towards the other region, the nodes that stream from it behind it. */
export function DatabaseView({ region }: { region: Region }): JSX.Element {
  const head = head_node(region);
  const { writer, synchronous_replica } = region.database;
  const summary = `${writer ? `writer ${writer}` : 'no writer'}${synchronous_replica ? `, waits for ${synchronous_replica}` : ''}`;
  return (
    <div class="database">
      <h4>database <span class="faint">{summary}</span></h4>
      <div class="chain">
        {head && <NodeBox node={head} />}
        <div class="followers">
          {followers_of(region).map((node) => (
            <div key={node.name} class="follower">
              <Arrow node={node} from={head?.name ?? ''} />
              <NodeBox node={node} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Arrow({ node, from }: { node: DatabaseNode; from: string }): JSX.Element {
  const streams = node.state === 'ready';
  const lag = [node.lag_bytes === null ? '' : bytes_text(node.lag_bytes), node.lag_ms === null ? '' : duration_text(node.lag_ms)].filter(Boolean).join(', ');
  return (
    <span class={`arrow ${streams ? 'streams' : 'broken'}`} role="img" aria-label={`streams from ${from}: ${streams ? lag || 'yes' : node.state}`}>
      <span class="line" aria-hidden="true" /><span class="lag" aria-hidden="true">{streams ? lag : node.state}</span>
    </span>
  );
}

function NodeBox({ node }: { node: DatabaseNode }): JSX.Element {
  return (
    <div class={`node ${node.role} ${node.state}`} data-node={node.name} title={`${node.address}:${node.port}`}>
      <span><Mark state={node.state} /> <strong>{node.name}</strong> <span class="faint">{zone_letter(node.zone)}</span></span>
      <span class="role-text">{words_or_trouble(node, role_text(node))}</span>
    </div>
  );
}
