# One round of limma, edgeR and DESeq2 on the tables of `examples/speed.rs`: name, wall-clock and
# processor milliseconds, a line each.
suppressPackageStartupMessages({ library(limma); library(edgeR); library(DESeq2) })
folder <- commandArgs(TRUE)[1]
values <- as.matrix(read.delim(file.path(folder, "values.tsv"), header = FALSE))
counts <- as.matrix(read.delim(file.path(folder, "counts.tsv"), header = FALSE))
rownames(counts) <- paste0("f", seq_len(nrow(counts)))
colnames(counts) <- paste0("s", seq_len(ncol(counts)))
group <- factor(rep(c("a", "b"), each = ncol(counts) / 2))
design <- model.matrix(~ group)
plain <- function() topTable(eBayes(lmFit(values, design)), coef = 2, number = Inf)
robust <- function() topTable(eBayes(lmFit(values, design), trend = TRUE, robust = TRUE), coef = 2, number = Inf)
libraries <- function() calcNormFactors(DGEList(counts))
by_voom <- function() topTable(eBayes(lmFit(voom(libraries(), design), design)), coef = 2, number = Inf)
by_quality <- function() {
  topTable(eBayes(lmFit(voomWithQualityWeights(libraries(), design), design)), coef = 2, number = Inf)
}
by_edger <- function() topTags(glmQLFTest(glmQLFit(estimateDisp(libraries(), design), design)), n = Inf)
by_deseq <- function() {
  set <- DESeqDataSetFromMatrix(counts, data.frame(group), ~ group)
  results(DESeq(set, quiet = TRUE))
}
# the least of n calls, wall-clock and processor time; system.time counts milliseconds, so fast calls are repeated inside
times <- function(name, call, n, inside = 1) {
  invisible(call())
  one <- function() {
    t <- system.time(for (i in seq_len(inside)) call())
    c(t[["elapsed"]], t[["user.self"]] + t[["sys.self"]]) * 1000 / inside
  }
  ms <- replicate(n, one())
  cat(sprintf("%s\t%.3f\t%.3f\n", name, min(ms[1, ]), min(ms[2, ])))
}
times("limma", plain, 2, 50)
times("limma trend robust", robust, 2, 20)
times("TMM voom", by_voom, 3)
times("TMM voom quality", by_quality, 1)
times("TMM edgeR QL", by_edger, 2)
times("DESeq2", by_deseq, 1)
