/** Configuration: TOML files read into records, with errors that name file, line and key. */
@org.jspecify.annotations.NullMarked
package org.polykern.common.config;
