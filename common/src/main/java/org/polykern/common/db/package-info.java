/**
 * PostgreSQL: the pools, transactions, migrations. Statements live in the repositories of the
 * capability that owns them.
 *
 * <p>READ COMMITTED with explicit row locks; transactions are short and take their connection
 * explicitly through {@link org.polykern.common.db.Db#inTransaction}.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.common.db;
