import { CreateLog1795323600000 } from './migrations/202611220500-create-log.js';

/** Creates schema `log`. The owner runs them; role `weir_service` must exist and gets no more than it needs to append. */
export const eventStoreMigrations = [CreateLog1795323600000];
