/**
 * The first rows of a database, and the keys that the first clients use.
 *
 * <p>Seeding is one transaction and may be repeated: rows that exist are left alone. The secret
 * keys in the database are sealed with a key file outside of it, which is made on first use;
 * without that file the stored secrets are lost, and seeding says so instead of making others.
 *
 * <p>Plain JDBC on the starting thread, since no Vert.x is needed yet.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.launcher.seed;
