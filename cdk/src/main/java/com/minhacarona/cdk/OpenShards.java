package com.minhacarona.cdk;

/**
 * Over how many shards of the table's index the open rides are spread. To change them, follow
 * {@code docs/operations/shards.md}: whoever reads too few shards loses rides from lists.
 *
 * @param written by those who offer rides
 * @param read by those who list them; not fewer
 */
record OpenShards(int written, int read) {
  /** Enough for 1,000 rides that open, fill or close in a second. */
  static final OpenShards ONE = new OpenShards(1, 1);

  OpenShards {
    if (read < written) {
      throw new IllegalArgumentException("rides would be missing from lists");
    }
  }
}
