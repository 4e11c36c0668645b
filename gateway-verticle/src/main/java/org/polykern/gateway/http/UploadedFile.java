package org.polykern.gateway.http;

import io.vertx.core.buffer.Buffer;

/**
 * One file of a multipart body.
 *
 * @param size real size in bytes
 * @param content at most {@link RequestBody#FILE_LIMIT} bytes of it
 */
public record UploadedFile(String fieldName, String fileName, long size, Buffer content) {}
