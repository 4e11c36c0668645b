package org.polykern.accel.allocation;

/** Where the devices of one kernel should be, relative to memory nodes. */
public enum Affinity {
  /** Spread over the nodes in turn, for programs that want the bandwidth of all of them. */
  INTERLEAVED,
  /** On as few nodes as possible, and on the best linked devices. */
  PREFER_SINGLE_NODE
}
