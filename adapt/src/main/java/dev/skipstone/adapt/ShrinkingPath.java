package dev.skipstone.adapt;

/** A path from which sublayers are taken one by one, as {@link SublayerSearch} sees it. */
interface ShrinkingPath {
  /** Sublayers of the model, taken or not. */
  int sublayers();

  /** What the path would lose, in nats a token, without a sublayer that it still has. */
  double lossWithout(int sublayer);

  /** Takes a sublayer away. */
  void remove(int sublayer);
}
