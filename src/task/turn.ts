/**
 * So many that came later may go before the oldest one that waits, because their priority is higher; then it is that one's
 * turn. So nothing waits for ever, and what is urgent waits for one.
 */
export const MOST_OVERTAKING = 9;
