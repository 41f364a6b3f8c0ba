//! Every yes or no: who receives, who may read.
