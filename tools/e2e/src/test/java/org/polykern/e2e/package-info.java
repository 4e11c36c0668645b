/**
 * The product as a user sees it. Every test starts it with {@code ./polykern up} on a free port and
 * a data directory of its own, drives it from outside, and stops it with {@code ./polykern down}.
 *
 * <p>{@link org.polykern.e2e.SharedProduct} keeps one instance per backend for all classes that do
 * no lasting harm; a class that kills things starts its own. The process backend is always tested,
 * the docker backend when an engine answers.
 *
 * <p>{@link org.polykern.e2e.LanguageMatrixIT} is the table of languages in README.md: {@code
 * languages.cases} says the same things in each, and the test fails when the table promises
 * something else than it found.
 */
package org.polykern.e2e;
