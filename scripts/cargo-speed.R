# One round of limma, edgeR and DESeq2 on the tables of `examples/speed.rs`: name and milliseconds, a line each.
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
times <- function(name, call, n) {
  invisible(call())
  ms <- replicate(n, system.time(call())[["elapsed"]] * 1000)
  cat(sprintf("%s\t%.3f\n", name, median(ms)))
}
# system.time counts milliseconds: the fast ones are repeated inside
many <- function(call) function() for (i in 1:20) call()
cat(sprintf("limma\t%.3f\n", { invisible(plain()); system.time(many(plain)())[["elapsed"]] * 50 }))
cat(sprintf("limma trend robust\t%.3f\n", { invisible(robust()); system.time(many(robust)())[["elapsed"]] * 50 }))
times("TMM voom", by_voom, 5)
times("TMM voom quality", by_quality, 3)
times("TMM edgeR QL", by_edger, 3)
times("DESeq2", by_deseq, 1)
