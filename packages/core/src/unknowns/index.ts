/** @docclf/core/unknowns: what came back unknown, kept if you say so, and proposed as new types. */
export { clusterByScore, medoidOf } from './cluster.ts';
export { inboxLabel, keepUnknown } from './inbox.ts';
export {
  acceptProposal,
  mostClustered,
  type Proposal,
  type Proposals,
  type ProposeOptions,
  proposeTypes,
} from './proposals.ts';
