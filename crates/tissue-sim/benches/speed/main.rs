mod workloads;
fn main() {
    let a: Vec<String> = std::env::args().skip(1).filter(|w| w != "--bench").collect();
    let n = |at: usize| a[at].parse::<f64>().expect("a number");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(n(2) as usize).build().expect("a pool");
    let t = pool.install(|| match a[0].as_str() {
        "d3" => workloads::d3(n(1) as usize, 1),
        "d3-together" => workloads::d3(n(1) as usize, 15),
        "m" => workloads::mechanics(n(1)),
        "adaptive" => workloads::adaptive(n(1)),
        "parts" => workloads::parts(n(1)),
        _ => workloads::memory(n(1) as usize),
    });
    println!("{:.4} least {:.4} {}", t.median_ms, t.least_ms, t.check);
}
