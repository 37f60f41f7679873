/** The parts of images by themselves. */
@NullMarked
package dev.lockstep.rm.at.image;

import org.jspecify.annotations.NullMarked;
