/** Container images as the control plane knows them. */
@org.jspecify.annotations.NullMarked
package org.polykern.common.image;
