import { mendRecords } from './mend-records.js';

mendRecords();
