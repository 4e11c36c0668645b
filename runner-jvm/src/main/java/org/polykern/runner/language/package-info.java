/**
 * What every runtime type is: the contract of a query mode, and the parts that its kinds share.
 *
 * <p>{@code Language} is the contract. Its kinds are packages of their own: {@code driver} (an
 * interpreter that a script in its own language drives), {@code python}, {@code jupyter} (any
 * Jupyter kernel), {@code compiled} (nothing is kept); {@code NoQueryMode} is here. {@code
 * LanguageFile} is what a runtime type declares, docs/languages.md describes it, and {@code
 * Languages} of the runner picks the kind.
 *
 * <p>Everything is confined to the loop thread. A language owns its processes and private
 * directories; when an interpreter dies, the current run is finished with its status and a
 * sentence, and the next run gets a new one. If the runner dies, the kernel is over.
 */
@NullMarked
package org.polykern.runner.language;

import org.jspecify.annotations.NullMarked;
