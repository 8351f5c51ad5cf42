/** Web Locks as far as the app uses them: exclusive, one after the other, by name. All "tabs" of a test share one. */
export class FakeLocks {
  readonly #tails = new Map<string, Promise<unknown>>();

  request<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#tails.get(name) ?? Promise.resolve()).then(work);
    this.#tails.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
