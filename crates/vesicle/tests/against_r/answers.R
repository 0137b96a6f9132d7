# Tables and R's answers for `tests/cargo_against_r.rs`. Run: Rscript answers.R [output folder]
suppressMessages({library(limma); library(edgeR)})
args <- commandArgs(trailingOnly = TRUE)
out <- if (length(args)) args[1] else "."
save <- function(d, name) {
  d[] <- lapply(d, function(v) if (is.numeric(v)) sprintf("%.17g", v) else v)
  write.csv(d, file.path(out, name), row.names = FALSE, quote = FALSE)
}
set.seed(31)
n <- 120; group <- rep(0:1, each = 5); samples <- paste0(rep(c("a", "b"), each = 5), 1:5)
features <- sprintf("feature %d", seq_len(n))
table <- function(m) { d <- data.frame(feature = features, m); names(d) <- c("feature", samples); d }
depth <- exp(rnorm(10, 0, 0.3))
counts <- matrix(rnbinom(n * 10, mu = outer(2^runif(n, 3, 9), depth) * 2^outer(ifelse(seq_len(n) <= 12, 1.8, 0), group),
  size = rgamma(n, 6, 1)), n)
level <- runif(n, 6, 15)
values <- level + outer(ifelse(seq_len(n) <= 12, 1.4, 0), group) +
  rnorm(n * 10) * sqrt(0.2 * exp(-0.2 * (level - 10)) * 6 / rchisq(n, 6))
values[c(20, 70), ] <- level[c(20, 70)] + rnorm(20, 0, 3)          # outlying variances
values <- round(values, 6)
save(table(counts), "counts.csv"); save(table(values), "log2.csv")
save(data.frame(sample = samples, donor = samples, group = rep(c("a", "b"), each = 5)), "samples.csv")
design <- cbind(1, group)
answer <- function(how, fit) {
  p <- 2 * pt(-abs(fit$t[, 2]), fit$df.total)
  data.frame(how = how, feature = features, log2_fold_change = fit$coefficients[, 2], statistic = fit$t[, 2], p = p,
    adjusted_p = p.adjust(p, "BH"))
}
dge <- calcNormFactors(DGEList(counts), method = "TMMwsp")
fit <- lmFit(values, design)
ql <- glmQLFTest(glmQLFit(estimateDisp(dge, design), design), coef = 2)$table
save(rbind(
  answer("limma", eBayes(fit)), answer("trend", eBayes(fit, trend = TRUE)),
  answer("trend robust", eBayes(fit, trend = TRUE, robust = TRUE)),
  answer("voom", eBayes(lmFit(voom(dge, design), design))),
  answer("voom quality", eBayes(lmFit(voomWithQualityWeights(dge, design), design))),
  data.frame(how = "edgeR", feature = features, log2_fold_change = ql$logFC,
    statistic = sign(ql$logFC) * sqrt(ql$F), p = ql$PValue, adjusted_p = p.adjust(ql$PValue, "BH"))), "expected.csv")
