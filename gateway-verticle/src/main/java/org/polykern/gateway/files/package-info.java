/**
 * Files in a session's work directory: upload, download, listing. The agent owns the directory and
 * decides which paths lie inside of it; here paths are only brought into one form, and sizes are
 * bounded by the API. No state.
 */
@org.jspecify.annotations.NullMarked
package org.polykern.gateway.files;
