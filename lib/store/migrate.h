/*
 * migrate: numbered SQL files, each applied once. Private to store/.
 */
#ifndef IVS_STORE_MIGRATE_H
#define IVS_STORE_MIGRATE_H

#include "store/db_sqlite.h"

/*
 * Bring the database to the newest file of the embedded folder
 * (migrations/FOLDER/NNNN_*.sql); PRAGMA user_version holds the number. A
 * database that is newer is refused: ERR_VALIDATION, nothing is touched.
 */
int migrate(struct db *db, const char *folder, struct err *e);

#endif
