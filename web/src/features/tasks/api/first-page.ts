/** The most items that the API puts on one page. */
export const limit = 1000;

/** The call that begins to read the list, by its path. */
export const firstPage = `/item?limit=${limit}`;
