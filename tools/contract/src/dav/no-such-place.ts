/** Why nothing can be tried here, for people. */
export class NoSuchPlace extends Error {
  override readonly name = "NoSuchPlace";
}
