/**
 * Configuration: TOML files read into records, with errors that name file, line and key.
 *
 * <p>One table of the file is one record whose components carry {@link
 * org.polykern.common.config.Setting}. {@link org.polykern.common.config.ConfigReader} knows every
 * section of the product, so that a misspelt section is found too. A value comes from the first of:
 * command line, environment ({@code POLYKERN_SECTION_KEY}), file, the launcher's own default for
 * this process, the fallback of the annotation. All errors are collected and thrown together.
 *
 * <p>Everything here runs once, on the thread that starts the process.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.common.config;
