/** The product as a user sees it: started, driven, killed. */
@org.jspecify.annotations.NullMarked
package org.polykern.e2e;
