/** How many migrations this version knows. Kept apart from them, so that opening a current database does not load them. */
export const SCHEMA_VERSION = 11;
