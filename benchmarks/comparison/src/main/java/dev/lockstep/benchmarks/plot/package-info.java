/**
 * Plots as SVG, without a library: {@link dev.lockstep.benchmarks.plot.BarPlot} and {@link
 * dev.lockstep.benchmarks.plot.CurvePlot}.
 */
@NullMarked
package dev.lockstep.benchmarks.plot;

import org.jspecify.annotations.NullMarked;
