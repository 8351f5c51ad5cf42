/**
 * The mark of a deletion that has begun. It outlasts the page: somebody whose connection broke, or who closed the
 * browser, is asked at the next visit whether to finish. It is kept by account, for others use this browser too.
 */
export interface DeletionMark {
  begun(): boolean;
  begin(): void;
  forget(): void;
}

export function createDeletionMark(storage: Storage, username: string): DeletionMark {
  const key = `todo.deleting.${username}`;
  return {
    begun: () => storage.getItem(key) !== null,
    begin: () => storage.setItem(key, "begun"),
    forget: () => storage.removeItem(key),
  };
}
