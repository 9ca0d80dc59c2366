"""Protection and disposal of the data of a case (保護・廃棄)."""
