use energyopti_engine::*;
use energyopti_engine::assets::{Common, thermal::Thermal, load::{Load,Tier}, battery::Battery};
use std::sync::Arc;
fn main(){
    let args: Vec<String>=std::env::args().collect();
    let n: u64 = args[1].parse().unwrap(); let threads: usize=args[2].parse().unwrap();
    let storage = args.len()>3 && args[3]=="s";
    let units=[("U12",5,12.,2940.,60.,28.5),("U20",4,20.,450.,50.,48.5),("U50",6,50.,1980.,20.,0.),("U76",4,76.,1960.,40.,15.3),("U100",3,100.,1200.,50.,23.8),("U155",4,155.,960.,40.,12.44),("U197",3,197.,950.,50.,22.78),("U350",1,350.,1150.,100.,12.1),("U400",2,400.,1100.,150.,6.3)];
    let common=|n:&str,c:u32,o:Option<Outage>| Common{name:n.into(),stream:n.into(),bus:0,count:c,outage:o};
    let load: Vec<f64> = std::fs::read_to_string("/work/shared/data/rts79/load_8736.csv").unwrap().lines().skip(1).map(|l| l.split(',').nth(1).unwrap().parse().unwrap()).collect();
    let model=Model{seed:79,clock:Clock{step_h:1.,stamps:(0..8736u32).map(|t| Stamp{day:t/24,month:(t/730).min(11) as u8,hour:(t%24) as u8}).collect::<Arc<[Stamp]>>()},buses:vec!["rts".into()],
      thermal:units.iter().map(|u| Thermal{common:common(u.0,u.1,Some(Outage::two_state(1./u.3,1./u.4))),p_nom_mw:u.2,p_max_mw:Series::Constant(u.2),marginal_cost_per_mwh:u.5}).collect(),
      solar:vec![],wind:vec![],load:vec![Load{common:common("system",1,None),p_mw:Series::Steps(load.into()),tiers:vec![Tier{share_pu:1.,voll_per_mwh:1e4,firm:true}]}],
      battery: if storage {vec![Battery{common:common("bess",1,None),p_nom_mw:100.,e_nom_mwh:400.,efficiency_store:0.95,efficiency_dispatch:0.95,standing_loss_per_h:0.,e_min_pu:0.,e_max_pu:1.,e_initial_pu:0.,marginal_cost_per_mwh:0.}]} else {vec![]},
      charge_from:ChargeFrom::Headroom,keep:Keep{timeline:true}};
    let pool=rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let b=Batch::new(&model,&pool).unwrap();
    let t=std::time::Instant::now();
    let tally=b.run(0..n,&Control::default(),&|_,_,_|{}).unwrap();
    let dt=t.elapsed().as_secs_f64();
    let r=tally.results(b.layout(),None);
    for (k,e) in r.metrics.iter().take(30){println!("{k} {:?} +- {:?}",e.value,e.standard_error);}
    println!("{dt} s, {} ns/replica-hour, {} replica-years/s",dt*1e9/n as f64/8736.,n as f64/dt);
}
