"""Writes the synthetic fixtures of this folder: the shapes of real exports, all numbers invented."""
import gzip, io, os, struct, zipfile

here = os.path.dirname(os.path.abspath(__file__))
def put(name, data):
    if isinstance(data, str):
        data = data.encode("utf-8")
    open(os.path.join(here, name), "wb").write(data)
def packed(data):
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as f:
        f.write(data.encode("utf-8"))
    return out.getvalue()

wells = [("A1", "Flagged", "S1", "hsa-miR-21", "Target", "Undetermined"), ("A2", "Passed", "S1", "U6 snRNA", "Endogenous Control", "18.25"),
         ("A3", "Passed", "S1", "U6 snRNA", "Endogenous Control", "18.75"), ("A4", "Passed", "S1", "hsa-miR-126", "Target", "27.5"),
         ("B1", "Passed", "S2", "hsa-miR-21", "Target", "24.125"), ("B2", "Passed", "S2", "U6 snRNA", "Endogenous Control", "18.5"),
         ("B3", "Passed", "S2", "U6 snRNA", "Endogenous Control", "18"), ("B4", "Passed", "S2", "hsa-miR-126", "Target", "28.5")]
head = "SDS 2.3 RQ Results\t1.2\rFilename\tinvented.sdm\rOperator\t\r\r"
head += "# \tPlate\tPos\tFlag\tSample\tDetector\tTask\tCt\tDelta Ct\tAvg Delta Ct\tOmit\r"
body = "".join("%d\tcard\t%s\t%s\t%s\t%s\t%s\t%s\t\t\tFALSE\r" % ((i + 1,) + (w[0], w[1], w[2], w[3], w[4], w[5])) for i, w in enumerate(wells))
put("sds.txt", head + body + "\rPlateID\tNAP\tLPL\rinvented\t\t\r")
put("tlda_headerless.txt", body)

pre = "".join("* %s = %s\n" % pair for pair in [("Block Type", "384-Well Block"), ("Instrument Type", "ViiA 7"), ("Quantification Cycle Method", "C\u0442")])
rows = "[Results]\nWell\tWell Position\tOmit\tSample Name\tTarget Name\tTask\tReporter\tC\u0442\tC\u0442 Mean\n"
rows += "1\tA1\tfalse\tS1\thsa-miR-21-5p\tUNKNOWN\tFAM\tUndetermined\t\n2\tA2\tfalse\tS1\thsa-miR-16-5p\tUNKNOWN\tFAM\t22.5\t22.5\n"
rows += "3\tB1\tfalse\tS2\thsa-miR-21-5p\tUNKNOWN\tFAM\t25.25\t25.25\n4\tB2\ttrue\tS2\thsa-miR-16-5p\tUNKNOWN\tFAM\t21.5\t21.5\n"
rows += "5\tC1\tfalse\tNTC\thsa-miR-21-5p\tNTC\tFAM\tUndetermined\t\n\nAnalysis Type\tSingleplex\n"
put("viia7.txt", pre + "\n" + rows)
put("quantstudio_utf16.csv", b"\xff\xfe" + rows.replace("\t", ",").replace("\n", "\r\n").encode("utf-16-le"))
put("cfx.csv", ",Well,Fluor,Target,Content,Sample,Cq,Cq Mean\r\n,A01,SYBR,miR-21,Unkn,S1,24.5,24.5\r\n,A02,SYBR,miR-16,Unkn,S1,N/A,0.00\r\n"
    ",B01,SYBR,miR-21,Unkn,S2,NaN,0.00\r\n,B02,SYBR,miR-16,Unkn,S2,21.25,21.25\r\n,C01,SYBR,miR-21,Neg Ctrl,,N/A,0.00\r\n,D01,SYBR,miR-21,Std-1,,20.0,20.0\r\n")
put("cfx_decimal_comma.csv", "Well;Fluor;Target;Content;Sample;Cq\nA01;SYBR;miR-21;Unkn;S1;24,5\nA02;SYBR;miR-16;Unkn;S1;N/A\nB01;SYBR;miR-21;Unkn;S2;30\nB02;SYBR;miR-16;Unkn;S2;21,25\n")
put("lightcycler.txt", "Experiment: invented Selected Filter: SYBR Green (483-533)\t\t\t\t\r\nInclude\tColor\tPos\tName\tCp\tConcentration\tStandard\tStatus\r\n".replace("\r\n", "\r")
    + "True\t255\tA1\tS1\t16.5\t1E5\t0\t\rTrue\t255\tA2\tS2\t\t\t0\t\rFalse\t255\tA3\tS3\t20.25\t\t0\t\r")
put("biomark.csv", "Chip Run Filename,C:\\invented.bml\nApplication Version,2.1.1\nExport Type,Table Results\nQuality Threshold,0.65\n\n"
    "Experiment Information,Experiment Information,Experiment Information,Experiment Information,Experiment Information,Experiment Information,FAM,FAM,FAM,FAM\n"
    "Chamber,Sample,Sample,Sample,FAM,FAM,Ct,Ct,Ct,Ct\nID,Name,Type,rConc,Name,Type,Value,Quality,Call,Threshold\n"
    "S48-A01,S1,Unknown,1,miR-21,Test,24.5,0.9,Pass,0.05\nS48-A02,S1,Unknown,1,miR-16,Test,999,0,Fail,0.05\n"
    "S47-A01,S2,Unknown,1,miR-21,Test,33.5,0.4,Fail,0.05\nS47-A02,S2,Unknown,1,miR-16,Test,22.25,0.9,Pass,0.05\n")
oa = "Assay.Assay ID,Assay.Assay Name,ThroughHole.Ct,ThroughHole.Outlier,ThroughHole.Address,SampleInfo.SampleID\n"
oa += "".join("00%d_x,hsa-miR-%d,%s,FALSE,A1a%d,%s\n" % (i, i, ct, i, s) for s in ("S1", "S2") for i, ct in [(1, "14.5"), (2, "40"), (3, "40"), (4, "17.25"), (5, "40")])
put("openarray.csv", oa)

adp = "<adp><cyc>1</cyc><fluor>0.1</fluor></adp><adp><cyc>40</cyc><fluor>0.9</fluor></adp>"
def react(n, sample, cq, extra=""):
    return '<react id="%d"><sample id="%s"/><data><tar id="miR-21"/>%s%s%s</data></react>' % (n, sample, cq, extra, adp)
xml = '<?xml version="1.0" encoding="utf-8"?>\n<rdml version="1.1" xmlns="http://www.rdml.org">\n<sample id="S1"><type>unkn</type></sample><sample id="S2"><type>unkn</type></sample>'
xml += '<sample id="S3"><type>unkn</type></sample><sample id="S4"><type>unkn</type></sample><sample id="water"><type>ntc</type></sample>\n<target id="miR-21"><type>toi</type></target>\n<experiment id="e"><run id="r">\n'
xml += react(1, "S1", "<cq>24.5</cq>") + "\n" + react(2, "S2", "<cq>-1.0</cq>") + "\n" + react(3, "S3", "<cq>40</cq>") + "\n" + react(4, "S4", "<cq>30.5</cq>", "<excl>bubble</excl>") + "\n" + react(5, "water", "<cq>38.5</cq>")
xml += "\n</run></experiment></rdml>\n"
put("rdml.xml", xml)
out = io.BytesIO()
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr(zipfile.ZipInfo("rdml_data.xml", (2020, 1, 1, 0, 0, 0)), xml, zipfile.ZIP_DEFLATED)
put("rdml.rdml", out.getvalue())

put("ct_matrix.csv", '"","KO.1","KO.2","WT.1","WT.2"\n"mmu-let-7a",37.06,40,32.85,31.01\n"mmu-miR-1",40,40,30.58,40.3\n"mmu-miR-126*",28.11,27.5,40,40\n"mmu-miR-21",25.62,24.75,22.5,21.25\n"U6 snRNA",18.12,18.33,18.21,18.4\n')
put("ct_matrix_na.tsv", "assay\tA\tB\nhsa-miR-21_000397\t24.5\t25.25\nhsa-miR-411_001610:A\tNA\t31.75\nhsa-miR-126#_000451\t28.5\tNA\n")
put("counts_r.tsv", '"s1.count" "s2.count"\n"hsa-miR-21-5p" 120 85\n"hsa-let-7a-5p" 0 14\n"hsa-miR-16-5p" 3 0\n')
put("counts_latin1_cr.txt", "miRNA\tpr\u00e9 1\tpr\u00e9 2\rhsa-miR-21-5p\t120\t85\rhsa-let-7a-5p\t0\t14\r".encode("latin-1"))
put("counts.csv.gz", packed("miRNA,s1,s2\r\nhsa-miR-21-5p,120,85\r\nhsa-let-7a-5p,0,14\r\n"))
put("counts_decimal_comma.csv", "id;s1;s2\nhsa-miR-21-5p;120,5;85\nhsa-let-7a-5p;0;14,25\nhsa-miR-16-5p;7;3\n")
put("counts_turned.csv", ",hsa-miR-21-5p,hsa-let-7a-5p,hsa-miR-16-5p\ns1,120,0,3\ns2,85,14,0\n")
put("excerpt.txt", "ReferenceID\tuniqueReadCount\ttotalReadCount\tmultimapAdjustedReadCount\tmultimapAdjustedBarcodeCount\n"
    "hsa-miR-21-5p:MIMAT0000076:Homo:sapiens:miR-21-5p\t2\t13\t12.5\t0.0\nhsa-let-7a-5p:MIMAT0000062:Homo:sapiens:let-7a-5p\t3\t3\t1.333\t0.0\n")
put("mirge.csv", "miRNA,s1,s2\nmiRNAtotal,123,99\nhsa-miR-21-5p,120,85\nhsa-let-7a-5p/7c-5p,3,14\n")
put("mirtop.tsv", "UID\tRead\tmiRNA\tVariant\tiso_5p\tiso_3p\tiso_add3p\tiso_snv\ts1\ts2\n"
    "iso-1\tTAGCTTATCAGACTGATGTTGA\thsa-miR-21-5p\tNA\t0\t0\t0\t0\t100\t80\niso-2\tTAGCTTATCAGACTGATGTTGAC\thsa-miR-21-5p\tiso_3p:+1\t0\t1\t0\t0\t20\t5\niso-3\tTGAGGTAGTAGGTTGTATAGTT\thsa-let-7a-5p\tNA\t0\t0\t0\t0\t0\t14\n")
put("mirgff3.gff", "## mirGFF3. VERSION 1.2\n## source-ontology: miRBasev22\n## COLDATA: s1,s2\n"
    + "".join("hsa-mir\tmiRBase\t%s\t1\t22\t0\t+\t.\tRead x; UID u; Name %s; Variant NA; Expression %s; Filter %s\n".replace("Read x", "Read=x").replace("UID u", "UID=u").replace("Name ", "Name=").replace("Variant NA", "Variant=NA").replace("Expression ", "Expression=").replace("Filter ", "Filter=") % row
              for row in [("ref_miRNA", "hsa-miR-21-5p", "100,80", "Pass"), ("isomiR", "hsa-miR-21-5p", "20,5", "Pass"), ("isomiR", "hsa-let-7a-5p", "9,9", "Reject"), ("ref_miRNA", "hsa-let-7a-5p", "0,14", "Pass")]))
put("featurecounts.txt", '# Program:featureCounts v2.0.1; Command:"featureCounts" "-a" "x.gtf"\nGeneid\tChr\tStart\tEnd\tStrand\tLength\tbam/s1.sorted.bam\tbam/s2.sorted.bam\nMIR21\t17\t1\t72\t+\t72\t120\t85\nMIRLET7A1\t9\t1\t80\t+\t80\t0\t14\n')
put("maxquant.txt", "Protein IDs\tMajority protein IDs\tGene names\tIntensity s1\tLFQ intensity s1\tLFQ intensity s2\tReverse\tPotential contaminant\n"
    "P1;P2\tP1\tCD63\t10\t2500000\t0\t\t\nP3\tP3\tCD9\t10\t1200000\t1300000\t\t\nREV__P4\tREV__P4\t\t1\t5\t5\t+\t\nCON__P5\tCON__P5\tKRT1\t1\t5\t5\t\t+\n")
put("deseq2.csv", '"","baseMean","log2FoldChange","lfcSE","stat","pvalue","padj"\n"hsa-miR-21-5p",220.5,-1.5,0.25,-6,2e-9,4e-8\n"hsa-miR-16-5p",1.25,0.5,1.5,0.33,0.74,NA\n')
put("edger.tsv", "logFC\tlogCPM\tF\tPValue\tFDR\nhsa-miR-21-5p\t-1.5\t8.25\t30\t2e-9\t4e-8\nhsa-miR-16-5p\t0.5\t1.5\t0.2\t0.7\t0.7\n")
put("limma.csv", ",logFC,AveExpr,t,P.Value,adj.P.Val,B\nhsa-miR-21-5p,-1.5,8.25,-6,2e-9,4e-8,11\nhsa-miR-16-5p,0.5,1.5,0.3,0.7,0.7,-5\n")
put("contrasts.csv", '"","AvsB.p","AvsB.FDR","AvsB.logFC","AvsC.p","AvsC.FDR","AvsC.logFC"\n"miR-1",0.01,0.02,1.5,0.5,0.6,-0.25\n"miR-2",0.02,0.02,-2,0.6,0.6,0.5\n')
put("sets.gmt", "ALPHA\thttp://example.org\tVEGFA\tKDR\tFLT1\nBETA\t\tTP53\tTP53\n")
put("targetscan_sites.txt", "Gene ID\tGene Symbol\tTranscript ID\tGene Tax ID\tmiRNA\tSite Type\tUTR_start\tUTR end\tcontext++ score\tcontext++ score percentile\tweighted context++ score\n"
    "ENSG1\tTIMP3\tENST1\t9606\thsa-miR-21-5p\t3\t10\t17\t-0.5\t97\t-0.45\nENSG2\tSPRY2\tENST2\t9606\thsa-miR-411-5p.1\t2\t30\t36\tNULL\tNULL\tNULL\n")
put("targetscan_seeds.tsv", "seed_m8\tgene_symbol\tn_sites\tcum_weighted_context_score\nAGCTTAT\tTIMP3\t2\t-0.6\n")
put("mirtarbase.csv", "miRTarBase ID,miRNA,Species (miRNA),Target Gene,Target Gene (Entrez ID),Species (Target Gene),Experiments,Support Type,References (PMID)\r\n"
    "MIRT1,hsa-miR-21-5p,Homo sapiens,PDCD4,1,Homo sapiens,\"Luciferase reporter assay//qRT-PCR\",Functional MTI,17991735\r\nMIRT2,hsa-miR-21-5p,Homo sapiens,XYZ,2,Homo sapiens,CLIP,Functional MTI (Weak),1\r\nMIRT3,hsa-miR-21-5p,Homo sapiens,NOT,3,Homo sapiens,Blot,Non-Functional MTI,2\r\n")
bins = [(40.5, 0, 0), (60.5, 2e6, 0), (80.5, 5e6, 0), (100.5, 2e6, 0), (120.5, 1e6, 0)]
ns = "NTA Experiment Summary File,\nCreated with NTA 3.3,\n,\n[Experiment Details],,\nExperiment Name,invented.nano,\n,,\nFilename:,v1,v2,v3,\n,,\n[Results],,,,Average,Standard Error,\n"
ns += "Dilution factor (concentrations adjusted for this factor),Not recorded,Not recorded,Not recorded,,,\nConcentration (Particles / ml),1.00e+07,2.00e+07,0.00e+00,1.00e+07,5.77e+06,\nCompleted tracks,500,1000,0,,,\n,,\n"
ns += "[Concentration Warnings]\nValidity of concentration measurement,OK,OK,Unreliable,\n\n[Size Data],,\nAnalysis Method,FTLA,\nWeighting,Number,\nFilename,v1,v2,v3,Average,Standard Error,\nMean,1,1,1,,,\nGraph Data,\n"
ns += "Bin centre (nm)," + "Concentration (particles / ml)," * 3 + "\n" + "".join("%s,%g,%g,%g,%g,0,\n" % (b, c, 2 * c, z, c) for b, c, z in bins)
ns += "\nPercentile,Size (nm),Size (nm),Size (nm),\n1,50,50,0,\n,,,\nWeighting,Surface Area,\n"
put("nanosight.csv", ns)
def zeta(rows, comma):
    text = "Original File:\tC:\\invented.avi\tSection:\t0.1 [0]\r\nExperiment:\t20200101_0001\r\nZetaView S/N:\t00-000\r\nSample:\tinvented EV\r\nConductivity: 60.0\tsensed\r\n"
    text += "Particle Drift Checked:\t1904-01-01 01:00:00\r\nParticle Drift Check Result:\ttoo high\r\nCell Check Result:\tVery Good\r\nType of Measurement:\tSize Distribution\r\n"
    text += "Number of Traces:\t100\t(at 0.1)\tAverage Number of Particles:\t20.5\tDilution::\t1000.000000\r\nCamera Trigger Duration \u00b5s:\tShutter Duration\r\nSize Distribution\r\nSize / nm\tNumber\tConcentration / cm-3\tVolume / nm^3\tArea / nm^2\r\n"
    text += "".join("%s\t%s\t%s\t0.000E+0\t0.000E+0\r\n" % tuple("%.3E" % v for v in row) for row in rows)
    text += "-1.000E+0\t-1.000E+0\t-1.000E+0\t-1.000E+0\t0.000E+0\r\n5.000E+1\t4.000E+1\t4.000E+6\t0.000E+0\t0.000E+0\r\n1.500E+2\t6.000E+1\t6.000E+6\t0.000E+0\t0.000E+0\r\n"
    if comma:
        head, table = text.split("Size / nm")
        text = head.replace("1000.000000", "1000,000000").replace("20.5", "20,5") + "Size / nm" + table.replace(".", ",")
    return text.encode("latin-1")
filled = [(50, 10, 1e6), (100, 50, 5e6), (150, 30, 3e6), (200, 10, 1e6), (250, 0, 0)]
put("zetaview.txt", zeta(filled, False))
put("zetaview_decimal_comma.txt", zeta(filled, True))
put("zetaview_empty.txt", zeta([(size, 0, 0) for size, _, _ in filled], False))
put("samples.csv", "sample,donor,group,age,batch\nKO.1,m1,KO,6,1\nKO.2,m2,KO ,6,2\nWT.1,m3,WT,6,1\nWT.2,m4,WT,6,2\n")

def record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data
def uni(text):
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
sheet_rows = [["Block Type", "384-Well"], ["Instrument Type", "ViiA 7"], [], ["Well", "Well Position", "Sample Name", "Target Name", "Task", "C\u0442", "C\u0442 Mean"],
              [1, "A1", "S1", "hsa-miR-21-5p", "UNKNOWN", "Undetermined", ""], [2, "A2", "S1", "hsa-miR-16-5p", "UNKNOWN", 22.5, 22.5],
              [3, "B1", "S2", "hsa-miR-21-5p", "UNKNOWN", 25.25, 25.25], [4, "B2", "S2", "hsa-miR-16-5p", "UNKNOWN", 21, 21]]
strings, body = [], b""
for r, row in enumerate(sheet_rows):
    for c, value in enumerate(row):
        if value == "":
            continue
        if isinstance(value, str):
            if value not in strings:
                strings.append(value)
            body += record(0x00FD, struct.pack("<HHHI", r, c, 0, strings.index(value)))
        elif isinstance(value, int):
            body += record(0x027E, struct.pack("<HHHI", r, c, 0, (value << 2) | 2))
        else:
            body += record(0x0203, struct.pack("<HHHd", r, c, 0, value))
bof = lambda kind: record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))
# The shared strings are cut inside a string, to go on in a CONTINUE record as long tables do.
table = struct.pack("<II", len(strings), len(strings)) + b"".join(uni(s) for s in strings)
cut = 8 + 3 + 2 * 4
sst = record(0x00FC, table[:cut]) + record(0x003C, b"\x01" + table[cut:])
name = b"Results"
def book(offset):
    bound = record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name)
    return bof(5) + bound + sst + record(0x000A, b"")
sheet = bof(0x10) + record(0x0200, struct.pack("<IIHHH", 0, 8, 0, 7, 0)) + body + record(0x000A, b"")
stream = book(len(book(0))) + sheet
stream += b"\0" * (max(4096, -(-len(stream) // 512) * 512) - len(stream))
n = len(stream) // 512
fat = [0xFFFFFFFD, 0xFFFFFFFE] + [i + 3 for i in range(n - 1)] + [0xFFFFFFFE]
fat += [0xFFFFFFFF] * (128 - len(fat))
def entry(title, kind, start, size, child=0xFFFFFFFF):
    raw = title.encode("utf-16-le") + b"\0\0"
    return raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + b"\0" * 36 + struct.pack("<IQ", start, size)
directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry("Workbook", 2, 2, len(stream)) + b"\0" * 256
header = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
header += b"\xff" * (512 - len(header))
put("viia7.xls", header + struct.pack("<128I", *fat) + directory + stream)
