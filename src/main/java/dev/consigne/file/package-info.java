/**
 * What the service is about: files, their names and contents, and the protocol that stores them in two stores as one.
 * Plain Java and Mutiny; knows neither HTTP nor a driver. {@link dev.consigne.file.FileService} is the place to start.
 */
@NullMarked
package dev.consigne.file;

import org.jspecify.annotations.NullMarked;
