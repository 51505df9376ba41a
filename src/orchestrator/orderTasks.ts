// Tasks that are to be one after the other.

import type { Order } from '../analysis/order.ts';
import { updateTask } from '../store/tasks.ts';
import { setDependencies } from './addTask.ts';
import type { Project } from './project.ts';

/** All of them, or none. @throws Problem `cyclic-after` */
export async function orderTasks({ store }: Project, orders: readonly Order[]): Promise<void> {
  await store.write(async (trx) => {
    for (const { task, after } of orders) await setDependencies(trx, task, [after]);
    for (const task of new Set(orders.map((order) => order.task)))
      await updateTask(store, trx, task, {}, ['after']);
  });
}
